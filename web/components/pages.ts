/** What the navigation offers, to those who may open it; the routes are in router.tsx. */
export const pages = [
  { to: '/documents', label: 'Documents', permission: 'documents:read' },
  { to: '/queue', label: 'Review queue', permission: 'reviews:read' },
  { to: '/datasets', label: 'Datasets', permission: 'datasets:read' },
  { to: '/evaluations', label: 'Evaluations', permission: 'evaluations:read' },
  { to: '/gates', label: 'Gate', permission: 'gates:run' },
  { to: '/flow', label: 'Flow', permission: 'flows:read' },
  { to: '/changes', label: 'Changes', permission: 'changes:read' },
  { to: '/environments', label: 'Environments', permission: 'environments:read' },
  { to: '/audit', label: 'Audit log', permission: 'audit:read' },
  { to: '/settings', label: 'Settings', permission: 'keys:own' },
] as const
