import '@mantine/core/styles.css'
import './tokens.css'
import './page.css'
import { MantineProvider } from '@mantine/core'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { api, isSignedOut, isUnreachable } from './api.ts'
import { router } from './router.tsx'
import { theme } from './theme.ts'
import { judgingKey } from './components/judging-key.ts'

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError(error, { queryKey }) {
      const me = api.people.me.queryKey()
      // The shell shows the sign-in page when this query fails.
      if (isSignedOut(error) && String(queryKey) !== String(me)) {
        void queries.invalidateQueries({ queryKey: me })
      }
    },
  }),
  mutationCache: new MutationCache({
    // Whatever was changed is in the audit log by then; read anew only where it is shown.
    onSuccess: () => queries.invalidateQueries({ queryKey: api.operations.audit.key() }),
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A server on this machine is reachable without any network.
      networkMode: 'always',
      retry: (count, error) => isUnreachable(error) && count < 2,
    },
    mutations: { networkMode: 'always' },
  },
})
// Verdicts are shown before the server has them: who leaves earlier is asked by the browser.
window.addEventListener('beforeunload', (event) => {
  if (queries.isMutating({ mutationKey: [judgingKey] }) > 0) event.preventDefault()
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element #root.')

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
