import { createRootRoute, createRoute, createRouter, Navigate } from '@tanstack/react-router'
import { Shell } from './components/shell.tsx'
import { DocumentsPage } from './features/documents/documents-page.tsx'

const root = createRootRoute({ component: Shell })

const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: () => <Navigate to="/documents" replace />,
  }),
  createRoute({ getParentRoute: () => root, path: '/documents', component: DocumentsPage }),
]

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
