import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What a generator does runs in the asynchronous context of this call, whoever asks for its values later:
 * a stream is read by the server's socket, which knows nothing of the request.
 */
export function keepContext<T>(source: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  const run = AsyncLocalStorage.snapshot()
  return {
    next: () => run(() => source.next()),
    return: (value) => run(() => source.return(value)),
    throw: (error) => run(() => source.throw(error)),
    [Symbol.asyncIterator]() {
      return this
    },
    [Symbol.asyncDispose]: () => run(() => source[Symbol.asyncDispose]()),
  }
}
