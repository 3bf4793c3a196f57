const paths = {
  back: 'M10 3 5 8l5 5',
  open: 'M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z',
  accepted: 'm3 8.5 3.2 3.2L13 5',
  edited: 'm3 13 .6-2.8L10.8 3l2.2 2.2-7.2 7.2L3 13Z',
  dismissed: 'm4 4 8 8m0-8-8 8',
  disputed: 'M3 6h9L9.5 3.5M13 10H4l2.5 2.5',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  smaller: 'M3.5 8h9',
  larger: 'M3.5 8h9M8 3.5v9',
  width: 'M2 8h12M4.5 5.5 2 8l2.5 2.5m7-5L14 8l-2.5 2.5',
  bell: 'M3.5 11.5h9l-1.2-2V7a3.3 3.3 0 0 0-6.6 0v2.5l-1.2 2ZM6.8 13.6h2.4',
  help: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.6M8 12.6h.01',
} as const

/** Drawn, not typed: signs beyond letters are missing in many fonts. */
export function Icon({ name, size = 16 }: { name: keyof typeof paths; size?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.2 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ display: 'block', flex: 'none' }}
    >
      <path d={paths[name]} />
    </svg>
  )
}
