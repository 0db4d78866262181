import type { ReactNode } from "react";
import { Page } from "./page.tsx";
import { Forbidden } from "./states.tsx";
import { useViewer } from "./viewer.tsx";

const SCOPE = "people:admin";

/** A screen for administrators. Other users see which right it needs, and no request is sent. */
export function AdminOnly({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  if (useViewer().has(SCOPE)) return children;
  return (
    <Page title={title}>
      <Forbidden scope={SCOPE} />
    </Page>
  );
}
