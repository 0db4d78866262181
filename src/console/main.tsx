import "./theme.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "urql";
import { client } from "./graph/client.ts";
import { loadAhead } from "./parts/lazy-screen.tsx";
import { showChosenTheme } from "./parts/theme.ts";
import { ToastProvider } from "./parts/toast.tsx";
import { router } from "./router.tsx";
import { askViewerAhead } from "./routes/shell.tsx";
import { LanguageProvider, loadFirstLanguage } from "./texts/texts.tsx";

showChosenTheme();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has the element root.");
// In parallel: in sequence, each would wait for the answer before it.
askViewerAhead();
const { pathname, search } = router.latestLocation;
const [matched] = router.getMatchedRoutes(pathname);
for (const { options } of matched) loadAhead(options.component, search);
const first = await loadFirstLanguage();
createRoot(root).render(
  <StrictMode>
    {/* The content policy allows no style elements; Base UI would write some. */}
    <CSPProvider disableStyleElements>
      <Provider value={client}>
        <LanguageProvider first={first}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </LanguageProvider>
      </Provider>
    </CSPProvider>
  </StrictMode>,
);
