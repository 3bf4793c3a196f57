import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
} from '@tanstack/react-router'
import { PageCrash } from './components/page-crash.tsx'
import { NotFound } from './components/not-found.tsx'
import { Shell } from './components/shell.tsx'
import { DocumentsPage } from './features/documents/documents-page.tsx'

const root = createRootRoute({
  component: Shell,
  errorComponent: PageCrash,
  notFoundComponent: NotFound,
})

const searchText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Each page but the first is loaded when it is opened. */
const routes = [
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: () => <Navigate to="/documents" replace />,
  }),
  createRoute({ getParentRoute: () => root, path: '/documents', component: DocumentsPage }),
  createRoute({
    getParentRoute: () => root,
    path: '/documents/$sha256',
    component: lazyRouteComponent(
      () => import('./features/review/document-page.tsx'),
      'DocumentPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/reviews/$review',
    validateSearch: (search): { issue?: string } => ({ issue: searchText(search['issue']) }),
    component: lazyRouteComponent(() => import('./features/review/review-page.tsx'), 'ReviewPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/queue',
    component: lazyRouteComponent(() => import('./features/queue/queue-page.tsx'), 'QueuePage'),
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultErrorComponent: PageCrash,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
