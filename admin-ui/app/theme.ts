/** Mantine dressed in our tokens: every colour comes from ui-shared/tokens.css, so theme and brand change in one place. */
import { Button, createTheme, type CSSVariablesResolver, defaultVariantColorsResolver, type MantineColorsTuple, type VariantColorsResolver } from "@mantine/core";

const tuple = (token: string): MantineColorsTuple => Array.from({ length: 10 }, () => `var(--mu-${token})`) as unknown as MantineColorsTuple;
/** Help stands below the field. */
const order = { inputWrapperOrder: ["label", "input", "description", "error"] } as { inputWrapperOrder: ("label" | "input" | "description" | "error")[] };
const own = new Set(["accent", "success", "warning", "danger", "info"]);

const resolver: VariantColorsResolver = (input) => {
  const color = input.color ?? "accent";
  if (color === "gray" && input.variant === "subtle") return { background: "transparent", hover: "var(--mu-hover)", color: "var(--mu-text-soft)", border: "1px solid transparent" };
  if (!own.has(color)) return defaultVariantColorsResolver(input);
  const soft = `var(--mu-${color}-soft)`;
  const text = `var(--mu-${color}-text)`;
  const on = color === "accent" ? "var(--mu-on-accent)" : "var(--mu-text-inverse)";
  const fill = `var(--mu-${color})`;
  if (input.variant === "filled") return { background: fill, hover: color === "accent" ? "var(--mu-accent-hover)" : `color-mix(in oklab, ${fill} 88%, var(--mu-text))`, color: on, border: "1px solid transparent" };
  if (input.variant === "light") return { background: soft, hover: `color-mix(in oklab, ${soft} 92%, var(--mu-text))`, color: text, border: "1px solid transparent" };
  if (input.variant === "subtle" || input.variant === "transparent") return { background: "transparent", hover: input.variant === "subtle" ? soft : "transparent", color: text, border: "1px solid transparent" };
  if (input.variant === "outline") return { background: "transparent", hover: soft, color: text, border: `1px solid var(--mu-line-strong)` };
  return defaultVariantColorsResolver(input);
};

export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--mu-bg)", "--mantine-color-text": "var(--mu-text)", "--mantine-color-bright": "var(--mu-text)", "--mantine-color-dimmed": "var(--mu-text-faint)",
    "--mantine-color-placeholder": "var(--mu-text-faint)", "--mantine-color-anchor": "var(--mu-accent-text)", "--mantine-color-error": "var(--mu-danger-text)",
    "--mantine-color-default": "var(--mu-surface)", "--mantine-color-default-hover": "var(--mu-hover)", "--mantine-color-default-color": "var(--mu-text)", "--mantine-color-default-border": "var(--mu-line-strong)",
    "--mantine-color-disabled": "var(--mu-sunken)", "--mantine-color-disabled-color": "var(--mu-text-faint)", "--mantine-color-disabled-border": "var(--mu-line)",
    "--mantine-primary-color-filled": "var(--mu-accent)", "--mantine-primary-color-filled-hover": "var(--mu-accent-hover)", "--mantine-primary-color-light": "var(--mu-accent-soft)",
    "--mantine-primary-color-light-color": "var(--mu-accent-text)", "--mantine-primary-color-contrast": "var(--mu-on-accent)",
    "--mantine-color-accent-filled": "var(--mu-accent)", "--mantine-color-accent-light": "var(--mu-accent-soft)", "--mantine-color-accent-light-hover": "var(--mu-accent-soft)", "--mantine-color-accent-light-color": "var(--mu-accent-text)",
    "--mantine-color-accent-outline": "var(--mu-accent)",
  };
  return { variables: { "--mantine-line-height": "1.5" }, light: shared, dark: shared };
};

export const theme = createTheme({
  primaryColor: "accent", primaryShade: 6, variantColorResolver: resolver, respectReducedMotion: true, cursorType: "pointer",
  // Mantine's own greys, where it uses them directly, are our slate ramp.
  colors: {
    gray: ["#f6f7f9", "#eef1f5", "#e1e6ec", "#d3dae3", "#c4cdd8", "#8592a3", "#5b6a7c", "#4a5767", "#2b3644", "#17202c"], dark: ["#e6ebf1", "#b0bcc9", "#8d9bab", "#6b7b8d", "#3c4a5a", "#27323e", "#10161d", "#141b23", "#0d1218", "#0a0e13"],
    accent: tuple("accent"), success: tuple("success"), warning: tuple("warning"), danger: tuple("danger"), info: tuple("info"),
  },
  fontFamily: "var(--mu-font)", fontFamilyMonospace: "var(--mu-mono)", headings: { fontFamily: "var(--mu-font)", fontWeight: "650" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "5px", md: "8px", lg: "10px", xl: "14px" }, defaultRadius: "md",
  shadows: { xs: "var(--mu-shadow-1)", sm: "var(--mu-shadow-1)", md: "var(--mu-shadow-2)", lg: "var(--mu-shadow-2)", xl: "var(--mu-shadow-2)" },
  components: {
    Button: Button.extend({ defaultProps: { size: "sm" }, styles: { label: { fontWeight: 600 } } }),
    Modal: { defaultProps: { centered: true, overlayProps: { color: "var(--mu-scrim)", backgroundOpacity: 1 }, transitionProps: { duration: 140 } } },
    Tooltip: { defaultProps: { withArrow: false, openDelay: 300, events: { hover: true, focus: true, touch: true } } },
    // Charts are hidden from screen readers, which get the sentence and the table: nothing in them may take the focus.
    BarChart: { defaultProps: { barChartProps: { accessibilityLayer: false } } }, LineChart: { defaultProps: { lineChartProps: { accessibilityLayer: false } } },
    Menu: { defaultProps: { shadow: "md", withinPortal: true } },
    TextInput: { defaultProps: order }, NumberInput: { defaultProps: order }, PasswordInput: { defaultProps: order }, Textarea: { defaultProps: order }, ColorInput: { defaultProps: { ...order, withEyeDropper: false } }, MultiSelect: { defaultProps: order },
    Select: { defaultProps: { ...order, allowDeselect: false, checkIconPosition: "right" } },
    Tabs: { defaultProps: { keepMounted: false } },
  },
});
