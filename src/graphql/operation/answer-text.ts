import { hash } from "node:crypto";
import type { ExecutionResult } from "graphql";

/** The text of a successful answer, as a response over HTTP has it. */
export type AnswerText = {
  /** In UTF-8, with the end of line that Apollo adds: a response sends them as they are. */
  readonly bytes: Buffer;
  /** Depends only on the text, so it holds for every replica and every release. */
  readonly etag: string;
};

export function createAnswerText(bytes: Buffer): AnswerText {
  let etag: string | undefined;
  return {
    bytes,
    get etag() {
      // Weak, because responses are compressed in several ways.
      etag ??= `W/"${hash("sha256", bytes, "base64url")}"`;
      return etag;
    },
  };
}

const texts = new WeakMap<ExecutionResult, AnswerText>();

/** The text of a result, if it is known already. */
export const textOf = (result: ExecutionResult): AnswerText | undefined => texts.get(result);

/** Notes the text of a result. */
export function withText<Result extends ExecutionResult>(result: Result, text: AnswerText): Result {
  texts.set(result, text);
  return result;
}

/** A result with this text. Transports that do not send the text read the data, which is parsed only then. */
export const resultOf = (answer: AnswerText): ExecutionResult =>
  withText(
    {
      get data() {
        return JSON.parse(answer.bytes.toString()).data;
      },
    },
    answer,
  );
