import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** The brand's colour: deep water. 7 is what buttons have in light, 6 in dark: white on them is readable. */
const race: MantineColorsTuple = [
  "#e6f7f9",
  "#cfecf0",
  "#a0d8e0",
  "#6dc3d0",
  "#44b1c2",
  "#2aa6b9",
  "#0d7f93",
  "#0b7285",
  "#085f70",
  "#044b59",
];

export const theme = createTheme({
  primaryColor: "race",
  primaryShade: { light: 7, dark: 6 },
  colors: { race },
  autoContrast: true,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "620",
    sizes: { h1: { fontSize: "1.375rem" }, h2: { fontSize: "1.125rem" }, h3: { fontSize: "1rem" } },
  },
  defaultRadius: "md",
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
        closeButtonProps: { "aria-label": "Close" },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    // Its placeholder for the focus is an element that a menu must not have.
    // It has a name wherever it stands, which only something with a role may have.
    Loader: { defaultProps: { role: "status" } },
    Menu: { defaultProps: { shadow: "md", withinPortal: true, withInitialFocusPlaceholder: false } },
    Table: { defaultProps: { verticalSpacing: "xs", horizontalSpacing: "sm" } },
  },
});
