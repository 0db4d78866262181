import type { Viewer } from "./viewer.ts";

/**
 * The actor of a change, as rows store it. The email is personal data. It belongs in a row, from which it can
 * be erased, and never in a log line or the payload of a job.
 */
export type Actor = {
  /** SYSTEM is the service itself: its timetable, a webhook, or a command of the operator. */
  readonly kind: Viewer["kind"] | "SYSTEM";
  /** The user or the service token, as in `Viewer`; null for SYSTEM. */
  readonly subject: string | null;
  readonly email: string | null;
};

export const SYSTEM: Actor = { kind: "SYSTEM", subject: null, email: null };

export const actorOf = ({ kind, subject, email }: Viewer): Actor => ({ kind, subject, email });
