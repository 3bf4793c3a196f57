import { Alert, createTheme, Menu, Portal } from '@mantine/core'

/** Quiet and dense; `primaryShade` 8 with `autoContrast` keeps text readable on every colour. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", monospace',
  components: {
    // Menus and dialogs stay inside a landmark of the page, and a menu holds nothing but its items.
    Portal: Portal.extend({ defaultProps: { target: '#overlays', reuseTargetNode: false } }),
    // Coloured titles are too pale on their own grounds.
    Alert: Alert.extend({ styles: { label: { color: 'var(--mantine-color-text)' } } }),
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
  },
  headings: { fontWeight: '600' },
})
