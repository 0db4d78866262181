import styles from "./loading-page.module.css";
import { Page } from "./page.tsx";
import { Loading } from "./states.tsx";

/** A screen that can show only its title so far. It appears after a moment, as `Loading` does. */
export const LoadingPage = ({ title }: { readonly title: string }) => (
  <div className={styles.later}>
    <Page title={title}>
      <Loading />
    </Page>
  </div>
);
