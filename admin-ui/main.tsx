import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "../ui-shared/fonts.css";
import "../ui-shared/tokens.css";
import "./app/global.css";
import { DirectionProvider, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { firstTable, I18nProvider } from "./app/i18n.tsx";
import { dressUp } from "./app/brand.ts";
import { Labels } from "./app/labels.tsx";
import { queryClient } from "./app/queries.ts";
import { router } from "./app/router.tsx";
import { cssVariables, theme } from "./app/theme.ts";
import { directionOf } from "../ui-shared/i18n.ts";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
// The scroll lock of dialogs (react-remove-scroll) takes its nonce from here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

async function show(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) return;
  const [first] = await Promise.all([firstTable(), dressUp()]);
  document.documentElement.lang = first.language;
  createRoot(root).render(
    <DirectionProvider initialDirection={directionOf(first.language)} detectDirection={false}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <QueryClientProvider client={queryClient}>
          <I18nProvider first={first}>
            <Labels>
              <Notifications position="bottom-right" limit={4} />
              <RouterProvider router={router} />
            </Labels>
          </I18nProvider>
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>,
  );
}

void show();
