import type { Viewer } from "../../access/viewer.ts";
import type { Read, Write } from "../../request/request-context.ts";

/** A request of an identity provider, after its token was checked and its body was parsed. */
export type ScimRequest = {
  readonly method: string;
  /** The parts of the path after `/scim/v2`. */
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, unknown>>;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly body: unknown;
  /** The address of `/scim/v2` as the identity provider knows it. */
  readonly baseUrl: string;
  readonly viewer: Viewer;
  /** In one snapshot of the company's rows. */
  readonly read: Read;
  /** In one transaction of the company. */
  readonly write: Write;
};

export type ScimAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Null for an answer without a body. */
  readonly body: object | null;
};
