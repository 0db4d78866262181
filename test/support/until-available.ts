import { eventually } from "./eventually.ts";

type Answered = { readonly errors?: readonly { readonly extensions: { readonly code: string } }[] };

/**
 * The first response that is not UNAVAILABLE. On an overloaded machine the database may exceed the service's
 * timeouts; the service reports that, and clients retry.
 */
export const untilAvailable = <Answer extends Answered>(ask: () => Promise<Answer>): Promise<Answer> =>
  eventually<Answer | undefined>(
    async () => {
      const answer = await ask();
      return answer.errors?.some(({ extensions }) => extensions.code === "UNAVAILABLE") ? undefined : answer;
    },
    { what: "an answer other than UNAVAILABLE" },
  ) as Promise<Answer>;
