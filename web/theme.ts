import { createTheme } from '@mantine/core'

/** Quiet and dense; `primaryShade` 8 with `autoContrast` keeps text readable on every colour. */
export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", monospace',
  headings: { fontWeight: '600' },
})
