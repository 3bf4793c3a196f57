/** What the navigation offers, to those who may open it; the routes are in router.tsx. */
export const pages = [
  { to: '/documents', label: 'Documents', permission: 'documents:read' },
  { to: '/queue', label: 'Review queue', permission: 'reviews:read' },
] as const
