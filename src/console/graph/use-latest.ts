import { useState } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient } from "urql";

type Latest<Data> = {
  readonly isReading: boolean;
  /** Undefined without an answer. */
  readonly read: () => Promise<Data | undefined>;
};

/**
 * Reads what the service has now, before a mutation that replaces a whole list: another administrator may
 * have changed it since the page read it.
 */
export function useLatest<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Latest<Data> {
  const client = useClient();
  const [isReading, setReading] = useState(false);
  return {
    isReading,
    async read() {
      setReading(true);
      const asked = client.query<Data, AnyVariables>(document, variables, { requestPolicy: "network-only" });
      const { data } = await asked.toPromise();
      setReading(false);
      return data;
    },
  };
}
