import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'

/** Refuses larger requests, whether they tell their size or not. */
export function limitBody(bytes: number): MiddlewareHandler {
  const size = bytes < 2 ** 20 ? `${bytes / 2 ** 10} KB` : `${bytes / 2 ** 20} MB`
  const message = `The request is larger than ${size}.`
  return bodyLimit({
    maxSize: bytes,
    onError: (c) => c.json({ defined: false, code: 'body-too-large', status: 413, message }, 413),
  })
}
