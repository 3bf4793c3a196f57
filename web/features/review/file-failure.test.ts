import { expect, test } from 'vitest'
import { failureWords, fileFailure } from './file-failure.ts'

function named(name: string): Error {
  return Object.assign(new Error('Illegal character: 41'), { name })
}

test('what pdf.js throws is told as what is wrong with the file or the way to it', () => {
  expect(fileFailure(named('ResponseException'))).toBe('unreachable')
  expect(fileFailure(new TypeError('Failed to fetch'))).toBe('unreachable')
  for (const name of ['InvalidPDFException', 'FormatError', 'UnknownErrorException', 'Error']) {
    expect(fileFailure(named(name))).toBe('broken')
  }
  expect(fileFailure('a text')).toBe('broken')
})

test('each failure says what to do', () => {
  for (const words of Object.values(failureWords)) expect(words.split('. ').length).toBe(2)
})
