import styles from "./loading-page.module.css";
import { Page } from "./page.tsx";
import { Loading } from "./states.tsx";

/** A screen that knows nothing to show yet but its title. It appears after a moment, as `Loading` does. */
export const LoadingPage = ({ title }: { readonly title: string }) => (
  <div className={styles.later}>
    <Page title={title}>
      <Loading />
    </Page>
  </div>
);
