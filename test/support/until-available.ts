import { eventually } from "./eventually.ts";

type Answered = { readonly errors?: readonly { readonly extensions: { readonly code: string } }[] };

/**
 * The first answer that is not UNAVAILABLE. On a machine with too much to do, the database may take longer than the seconds for which
 * the service waits; the answer says so, and clients ask again.
 */
export const untilAvailable = <Answer extends Answered>(ask: () => Promise<Answer>): Promise<Answer> =>
  eventually<Answer | undefined>(
    async () => {
      const answer = await ask();
      return answer.errors?.some(({ extensions }) => extensions.code === "UNAVAILABLE") ? undefined : answer;
    },
    { what: "an answer other than UNAVAILABLE" },
  ) as Promise<Answer>;
