import type { ReactNode } from "react";
import { Page } from "./page.tsx";
import { Forbidden } from "./states.tsx";
import { useViewer } from "./viewer.tsx";

const SCOPE = "people:admin";

/** A screen for administrators: without the right it asks the service nothing, and says whom to ask. */
export function AdminOnly({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  if (useViewer().has(SCOPE)) return children;
  return (
    <Page title={title} width="text">
      <Forbidden scope={SCOPE} />
    </Page>
  );
}
