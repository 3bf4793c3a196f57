import type { MiddlewareHandler } from 'hono'

/** In seconds: as soon as a store that is back is worth asking, and not all clients at each moment. */
const soon = '5'
const later = '30'

/** Says when to come again where the cause goes away by itself (503) or when somebody frees space (507). */
export const retryAfter: MiddlewareHandler = async (c, next) => {
  await next()
  if (c.res.status === 503) c.res.headers.set('retry-after', soon)
  if (c.res.status === 507) c.res.headers.set('retry-after', later)
}
