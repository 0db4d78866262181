import type { OrgIssueKind } from "./org-issue.ts";

type Found = { readonly kind: OrgIssueKind; readonly supervisorPersonioId: string | null };
type Advice = { readonly message: string; readonly help: string };

/** What was found and what to do about it, for the people who keep Personio. Names nobody. Pure. */
export const describeOrgIssue = (issue: Found): Advice => ADVICE[issue.kind](issue);

const ADVICE: Readonly<Record<OrgIssueKind, (issue: Found) => Advice>> = {
  SUPERVISOR_CYCLE: () => ({
    message: "The reporting line leads back to the person.",
    help: "Follow `person.reportingChain`, and correct one supervisor of the circle in Personio.",
  }),
  SELF_SUPERVISED: () => ({
    message: "The person is their own supervisor.",
    help: "Choose another supervisor on the person's profile in Personio, or none if the person is at the top.",
  }),
  SUPERVISOR_LEFT: () => ({
    message: "The supervisor has left.",
    help:
      "Choose another supervisor on the person's profile in Personio. Until then, the next supervisor " +
      "above approves.",
  }),
  SUPERVISOR_NOT_SYNCED: ({ supervisorPersonioId }) => ({
    message: `The supervisor is Personio's record ${supervisorPersonioId}, which is not in the directory.`,
    help:
      `Query \`whyMissing(personioId: "${supervisorPersonioId}")\` for the reason, or choose another ` +
      "supervisor in Personio.",
  }),
  NO_SUPERVISOR: () => ({
    message: "The person has no supervisor.",
    help:
      "Choose one on the person's profile in Personio, unless the person is at the top. If no person has " +
      "one, the credential may not read Supervisor: see `personioIntegration.attributes`.",
  }),
};
