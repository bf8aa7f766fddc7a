/** Names of buttons that Mantine draws by itself, in the language of the reader. */
import { type ReactNode, useMemo } from "react";
import { MantineThemeProvider } from "@mantine/core";
import { useI18n } from "./i18n.tsx";

export function Labels({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useI18n();
  const theme = useMemo(() => {
    const close = { closeButtonProps: { "aria-label": t("action.close") } };
    return { components: { Modal: { defaultProps: close }, Drawer: { defaultProps: close }, Notification: { defaultProps: close }, PasswordInput: { defaultProps: { visibilityToggleButtonProps: { "aria-label": t("password.show") } } } } };
  }, [t]);
  return <MantineThemeProvider theme={theme} inherit>{children}</MantineThemeProvider>;
}
