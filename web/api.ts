import { createORPCClient, ORPCError } from '@orpc/client'
import { ClientRetryPlugin, type ClientRetryPluginContext } from '@orpc/client/plugins'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { contract as addresses } from 'virtual:contract'
import type { contract } from '../src/schema/api/contract.ts'

/** The only caller of `fetch`. A stream that breaks off is taken up again after its last event. */
const link = new OpenAPILink<ClientRetryPluginContext>(addresses, {
  url: `${window.location.origin}/api`,
  plugins: [new ClientRetryPlugin()],
})

const client: ContractRouterClient<typeof contract, ClientRetryPluginContext> =
  createORPCClient(link)

/** Query and mutation options for each procedure. */
export const api = createTanstackQueryUtils(client)

/** What went wrong, as a sentence for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ORPCError) return error.message
  return 'The server does not answer. It may be restarting; what you did is not lost on it.'
}
