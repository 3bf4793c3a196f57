import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

export type Received = { to: string[]; from: string; subject: string; text: string }

/** A mail server that refuses the first mails for now, as busy ones do, and keeps the others. */
export async function mailServer({ refuse = 0 } = {}) {
  const received: Received[] = []
  let refused = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      void text(stream).then((raw) => {
        if (refused < refuse) {
          refused += 1
          return done(Object.assign(new Error('Try again later.'), { responseCode: 451 }))
        }
        received.push({
          to: envelope.rcptTo.map(({ address }) => address),
          from: headerOf(raw, 'From'),
          subject: headerOf(raw, 'Subject'),
          text: bodyOf(raw),
        })
        done()
      })
    },
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refused: () => refused,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function headerOf(raw: string, name: string): string {
  return new RegExp(`^${name}: (.*)$`, 'm').exec(raw)?.[1]?.trim() ?? ''
}

/** Quoted-printable or as it is. */
function bodyOf(raw: string): string {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4)
  if (!/^Content-Transfer-Encoding: quoted-printable/m.test(raw)) return body
  return body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
}
