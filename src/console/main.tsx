import "./theme.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "urql";
import { client } from "./graph/client.ts";
import { showChosenTheme } from "./parts/theme.ts";
import { ToastProvider } from "./parts/toast.tsx";
import { router } from "./router.tsx";
import { LanguageProvider, loadFirstLanguage } from "./texts/texts.tsx";

showChosenTheme();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has the element root.");
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
