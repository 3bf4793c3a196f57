import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

/** A request as it came in. */
export type ScriptedRequest = {
  method: string
  /** With the query. */
  path: string
  headers: IncomingHttpHeaders
  /** Of JSON; the text itself when it is none. */
  body: unknown
  /** On the clock of `performance.now()`, in ms. */
  receivedAt: number
  /** What a chat completion asks for; empty for other protocols. */
  model: string
  messages: { role: string; content: string }[]
  stream: boolean
  wantsUsage: boolean
}

const Content = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().catch('') })), z.null()])
  .transform((content) =>
    typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join(''),
  )

const ChatBody = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: Content })),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().default(false) }).optional(),
})

export async function readRequest(message: IncomingMessage): Promise<ScriptedRequest> {
  const receivedAt = performance.now()
  const body = jsonOrText(await text(message))
  const chat = ChatBody.safeParse(body).data
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers,
    body,
    receivedAt,
    model: chat?.model ?? '',
    messages: chat?.messages ?? [],
    stream: chat?.stream ?? false,
    wantsUsage: chat?.stream_options?.include_usage ?? false,
  }
}

function jsonOrText(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
