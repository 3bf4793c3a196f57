/** Whether `Accept-Encoding` has gzip by name, not refused with a weight of 0. */
export function takesGzip(header = ''): boolean {
  return header.split(',').some((one) => /^\s*gzip\s*(?:;(?!\s*q=0(?:\.0*)?\s*$).*)?$/i.test(one))
}
