import type { createApp } from '../../src/server/app.ts'
import type { Ask } from './gate-world.ts'

/** Ways to ask an app on this origin, by who asks. */
export function askingOf(app: ReturnType<typeof createApp>, origin: string) {
  return ({ cookie, key }: { cookie?: string; key?: string }): Ask =>
    async (method, address, body) => {
      const headers = {
        host: new URL(origin).host,
        origin,
        ...(cookie !== undefined && { cookie }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined &&
          !(body instanceof FormData) && { 'content-type': 'application/json' }),
      }
      const content = body instanceof FormData ? body : JSON.stringify(body)
      return app.request(`${origin}${address}`, { method, headers, body: content })
    }
}
