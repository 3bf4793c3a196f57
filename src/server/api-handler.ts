import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { ORPCError, type AnyRouter } from '@orpc/server'
import { answerFor } from './answer-errors.ts'
import type { Log } from './log.ts'
import type { RequestContext } from './request-context.ts'

/** Answers the contract's addresses; the gate stands before it. */
export function createApiHandler(router: AnyRouter, log: Log) {
  const handler = new OpenAPIHandler(router, {
    interceptors: [
      async (options) => {
        const { request } = options.context as RequestContext
        try {
          return await options.next()
        } catch (error) {
          const { answer, log: toLog } = answerFor(error, request)
          if (toLog) log.error('request-failed', error, { request })
          const { code, ...rest } = answer
          throw new ORPCError(code, rest)
        }
      },
    ],
    eventIteratorKeepAliveInterval: 15_000,
  })
  return async (request: Request, context: RequestContext): Promise<Response | null> => {
    const { matched, response } = await handler.handle(request, { prefix: '/api', context })
    return matched ? response : null
  }
}
