import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router'
import { Home } from './components/home.tsx'
import { PageCrash } from './components/page-crash.tsx'
import { NotFound } from './components/not-found.tsx'
import { Shell } from './components/shell.tsx'
import { readAuditSearch } from './features/audit/audit-search.ts'
import { DocumentsPage } from './features/documents/documents-page.tsx'

const root = createRootRoute({ errorComponent: PageCrash, notFoundComponent: NotFound })

/** Pages for those who are signed in. */
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })

const searchText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** An id may look like a number, or like nothing at all. */
const anyText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** Each page but the first is loaded when it is opened. */
const pages = [
  createRoute({ getParentRoute: () => shell, path: '/', component: Home }),
  // Where a provider's sign-in comes back to when it fails: without a session the form is shown.
  createRoute({ getParentRoute: () => shell, path: '/sign-in', component: Home }),
  createRoute({ getParentRoute: () => shell, path: '/documents', component: DocumentsPage }),
  createRoute({
    getParentRoute: () => shell,
    path: '/documents/$sha256',
    component: lazyRouteComponent(
      () => import('./features/documents/document-page.tsx'),
      'DocumentPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/reviews/$review',
    validateSearch: (search): { issue?: string } => ({ issue: searchText(search['issue']) }),
    component: lazyRouteComponent(() => import('./features/review/review-page.tsx'), 'ReviewPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/queue',
    component: lazyRouteComponent(() => import('./features/queue/queue-page.tsx'), 'QueuePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/datasets',
    component: lazyRouteComponent(
      () => import('./features/datasets/datasets-page.tsx'),
      'DatasetsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/datasets/$dataset',
    component: lazyRouteComponent(
      () => import('./features/datasets/dataset-page.tsx'),
      'DatasetPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/datasets/$dataset/compare',
    validateSearch: (search): { from: string; to: string } => ({
      from: searchText(search['from']) ?? '',
      to: searchText(search['to']) ?? 'newest',
    }),
    component: lazyRouteComponent(() => import('./features/datasets/diff-page.tsx'), 'DiffPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/datasets/$dataset/labelling',
    component: lazyRouteComponent(
      () => import('./features/datasets/labelling-page.tsx'),
      'LabellingPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/datasets/$dataset/labelling/example',
    validateSearch: (search): { id: string } => ({ id: anyText(search['id']) }),
    component: lazyRouteComponent(() => import('./features/datasets/apart-page.tsx'), 'ApartPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/datasets/$dataset/versions/$version',
    component: lazyRouteComponent(
      () => import('./features/datasets/version-page.tsx'),
      'VersionPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/datasets/$dataset/versions/$version/example',
    validateSearch: (search): { id: string } => ({ id: anyText(search['id']) }),
    component: lazyRouteComponent(
      () => import('./features/datasets/example-page.tsx'),
      'ExamplePage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/evaluations',
    component: lazyRouteComponent(
      () => import('./features/evaluations/evaluations-page.tsx'),
      'EvaluationsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/evaluations/compare',
    validateSearch: (search): { baseline: string; candidate: string } => ({
      baseline: searchText(search['baseline']) ?? '',
      candidate: searchText(search['candidate']) ?? '',
    }),
    component: lazyRouteComponent(
      () => import('./features/evaluations/compare-page.tsx'),
      'ComparePage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/evaluations/$evaluation',
    component: lazyRouteComponent(
      () => import('./features/evaluations/evaluation-page.tsx'),
      'EvaluationPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/gates',
    component: lazyRouteComponent(() => import('./features/gates/gates-page.tsx'), 'GatesPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/gates/$gate',
    component: lazyRouteComponent(() => import('./features/gates/gate-page.tsx'), 'GatePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/flow',
    component: lazyRouteComponent(() => import('./features/flow/flow-page.tsx'), 'FlowPage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/changes',
    component: lazyRouteComponent(
      () => import('./features/changes/changes-page.tsx'),
      'ChangesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/changes/$number',
    component: lazyRouteComponent(() => import('./features/changes/change-page.tsx'), 'ChangePage'),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/environments',
    component: lazyRouteComponent(
      () => import('./features/environments/environments-page.tsx'),
      'EnvironmentsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => shell,
    path: '/audit',
    validateSearch: (search) => readAuditSearch(search),
    component: lazyRouteComponent(() => import('./features/audit/audit-page.tsx'), 'AuditPage'),
  }),
  // Inside the frame, where one finds the way back.
  createRoute({ getParentRoute: () => shell, path: '$', component: NotFound }),
  createRoute({
    getParentRoute: () => shell,
    path: '/settings',
    component: lazyRouteComponent(
      () => import('./features/settings/settings-page.tsx'),
      'SettingsPage',
    ),
  }),
] as const

const setPassword = createRoute({
  getParentRoute: () => root,
  path: '/set-password',
  validateSearch: (search): { token: string } => ({ token: searchText(search['token']) ?? '' }),
  component: lazyRouteComponent(
    () => import('./features/sign-in/set-password-page.tsx'),
    'SetPasswordPage',
  ),
})

export const router = createRouter({
  routeTree: root.addChildren([shell.addChildren(pages), setPassword]),
  defaultPreload: 'intent',
  defaultErrorComponent: PageCrash,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
