import { signInAddress } from "../graph/session.ts";
import { ButtonLink } from "../parts/button-link.tsx";
import { Page } from "../parts/page.tsx";
import type { ServiceTexts } from "../texts/service.en.ts";
import { useServiceTexts, useTexts } from "../texts/texts.tsx";
import styles from "./session.module.css";

/** What the service put into the address, when a sign-in ended without a session. */
type Ending = {
  readonly code: string | null;
  readonly reason: string | null;
  readonly id: string | null;
  readonly returnTo: string;
};

const SIGNED_OUT_PATH = "/console/signed-out";
const START = "/console/";

function readEnding({ pathname, search, hash }: Location): Ending {
  const query = new URLSearchParams(search);
  const isSignedOut = pathname === SIGNED_OUT_PATH;
  return {
    code: isSignedOut ? query.get("code") : null,
    reason: isSignedOut ? query.get("reason") : null,
    id: isSignedOut ? query.get("id") : null,
    // The service checks the address again.
    returnTo: isSignedOut ? (query.get("return_to") ?? START) : `${pathname}${search}${hash}`,
  };
}

/** Codes for which another account may help. */
const OF_THE_USER: readonly (string | null)[] = ["SIGN_IN_FORBIDDEN", "SIGN_IN_DENIED"];

/** The page that a viewer without a session sees at every address, and after the sign-out. */
export function SignedOut() {
  const { session } = useTexts();
  const { signIn } = useServiceTexts();
  const { code, reason, id, returnTo } = readEnding(window.location);
  const { title, help } = explain(signIn, code, reason);
  return (
    <Page title={title} width="text">
      <div className={styles.card}>
        <p>{help}</p>
        {code !== "SIGN_IN_NOT_CONFIGURED" && (
          <div className={styles.actions}>
            <ButtonLink tone="main" href={signInAddress(returnTo)}>
              {code === null ? session.signIn : session.again}
            </ButtonLink>
            {OF_THE_USER.includes(code) && (
              <ButtonLink href={signInAddress(returnTo, { asksAgain: true })}>{signIn.asAnother}</ButtonLink>
            )}
          </div>
        )}
        {code !== null && (
          <p className="muted small">
            {signIn.code} <code>{code}</code> {reason && <code>{reason}</code>}
            {id && (
              <>
                {" · "}
                {signIn.entry} <code className={styles.id}>{id}</code>
              </>
            )}
          </p>
        )}
      </div>
    </Page>
  );
}

type Explained = { readonly title: string; readonly help: string };

function explain(
  { out, problems }: ServiceTexts["signIn"],
  code: string | null,
  reason: string | null,
): Explained {
  if (code === null) return out;
  const known: Readonly<Record<string, Explained>> = problems;
  return known[reason ?? ""] ?? known[code] ?? problems.SIGN_IN_FAILED;
}
