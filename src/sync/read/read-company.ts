import { inTenant } from "../../database/transaction.ts";
import { ActionableError } from "../../errors.ts";
import { getFieldSettings } from "../../fields/field-settings.repository.ts";
import {
  accessMissing,
  mappedAttributes,
  missingRequiredFields,
  neededAttributes,
} from "../../integration/fields/field-mapping.ts";
import { decideUndecided } from "../../integration/fields/propose-mapping.ts";
import { readRights } from "../../integration/rights.ts";
import { countFailedRead } from "../../integration/webhooks/webhook-event.repository.ts";
import type { RunContext } from "../run-context.ts";
import { staleAttempt } from "../run-problems.ts";
import { recordProgress } from "../runs/sync-run-progress.repository.ts";
import { choosePages, readsWholeCompany } from "./choose-pages.ts";
import { readExclusionRules } from "./exclusion-rules.ts";
import { createFindKnown } from "./find-known.ts";
import { readSnapshot } from "./read-snapshot.ts";
import type { ReadRules, Snapshot } from "./snapshot.ts";
import { createRecordHash, createSourceHash } from "./source-hash.ts";

/** Reads what a run needs: the whole company, recent changes, or the people named by webhooks. */
export async function readCompany(context: RunContext): Promise<Snapshot> {
  const { tenantId, run, named, integration, account, signal, deps } = context;
  const scope = { mode: run.mode, lastSucceededAt: integration.lastSucceededAt, named };
  const rules = await chooseRules(context, readsWholeCompany(scope));
  const pages = choosePages(account, {
    ...scope,
    onUnreadable: (id) => inTenant(deps.dataSource, tenantId, (manager) => countFailedRead(manager, id)),
    attributes: neededAttributes(rules.mapping),
    findKnown: await createFindKnown(context, rules),
    signal,
  });
  const snapshot = await deps.trace.span("sync.read", {}, () =>
    readSnapshot(context, {
      rules,
      pages,
      onProgress: async (manager, progress) => {
        if (!(await recordProgress(manager, { ...progress, id: run.id, attempt: run.attempt })))
          throw staleAttempt();
      },
    }),
  );
  deps.log.info(snapshot.facts, "snapshot read");
  return snapshot;
}

/** A partial run adds no field to the mapping: people it does not read would seem to have an empty value. */
async function chooseRules(
  { tenantId, integration, settings, account, signal, deps }: RunContext,
  isWholeCompany: boolean,
): Promise<ReadRules> {
  const { rights, unreadLists } = await readRightsOrKnown({ integration, account, signal });
  const missing = missingRequiredFields(integration.fieldMapping, rights.attributes);
  if (missing.length > 0) throw accessMissing(missing);
  const fieldMapping = isWholeCompany
    ? decideUndecided(integration.fieldMapping, rights.attributes, rights.missingRights)
    : integration.fieldMapping;
  const mapping = mappedAttributes(fieldMapping);
  const decided = await inTenant(deps.dataSource, tenantId, async (manager) => ({
    exclusions: await readExclusionRules(manager, settings, integration),
    fieldSettings: await getFieldSettings(manager),
  }));
  const hashSource = createSourceHash(integration.apiVersion, mapping, decided.fieldSettings);
  const hashRecord = createRecordHash(integration.apiVersion, { ...decided, rights, mapping });
  return { ...decided, rights, unreadLists, fieldMapping, mapping, hashSource, hashRecord };
}

/** Answers that retries do not change. An outage, in contrast, concerns the pages of people as well. */
const ODD_ANSWERS: readonly unknown[] = [
  "UPSTREAM_BAD_ANSWER",
  "UPSTREAM_BAD_CONTENT_TYPE",
  "UPSTREAM_REFUSED",
  "UPSTREAM_TOO_LARGE",
];

/**
 * What the credential may read or, while version 1's list of it is odd, what it could read before. A value
 * that no record has any more is absent either way. Version 2 needs the list to read people.
 */
async function readRightsOrKnown({
  integration: { attributes, missingRights },
  account,
  signal,
}: Pick<RunContext, "integration" | "account" | "signal">): Promise<
  Pick<ReadRules, "rights" | "unreadLists">
> {
  try {
    const rights = await readRights(account, { known: attributes, signal });
    return { rights, unreadLists: await account.readUnreadLists({ signal }) };
  } catch (error) {
    const isOdd = error instanceof ActionableError && ODD_ANSWERS.includes(error.details.kind);
    if (!isOdd || account.version !== "V1") throw error;
    return { rights: { attributes, missingRights }, unreadLists: [{ attributes: [], reason: error }] };
  }
}
