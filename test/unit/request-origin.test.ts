import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { createOriginReader } from '../../src/platform/http/request-origin.ts';

const origin = (headers: IncomingHttpHeaders, remoteAddress = '198.51.100.7', trustedProxies = 0) =>
  createOriginReader(trustedProxies)({ headers, socket: { remoteAddress } });

test('without trusted proxies the address is the one that connects, whatever the headers say', () => {
  expect(origin({})).toEqual({ address: '198.51.100.7' });
  expect(origin({ 'x-forwarded-for': '203.0.113.1' })).toEqual({ address: '198.51.100.7' });
});

test.each([
  [1, undefined, '198.51.100.7', '198.51.100.7'],
  [1, '203.0.113.1', '10.0.0.1', '203.0.113.1'],
  [1, 'made-up, 203.0.113.1', '10.0.0.1', '203.0.113.1'],
  [1, '8.8.8.8,203.0.113.1', '10.0.0.1', '203.0.113.1'],
  [2, '8.8.8.8, 203.0.113.1, 10.0.0.2', '10.0.0.1', '203.0.113.1'],
  [2, '203.0.113.1', '10.0.0.1', '203.0.113.1'],
  [1, '203.0.113.1:4711', '10.0.0.1', '203.0.113.1'],
  [1, '[2001:db8::1]:4711', '10.0.0.1', '2001:db8::1'],
  [1, '"[2001:db8::1]"', '10.0.0.1', '2001:db8::1'],
  [1, 'unknown', '10.0.0.1', undefined],
  [1, '203.0.113.1 or 1=1', '10.0.0.1', undefined],
  [1, ' , ', '10.0.0.1', undefined],
])('behind %i proxies, %s by way of %s is %s', (proxies, forwarded, socket, address) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  expect(origin(headers, socket, proxies).address).toBe(address);
});

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.0.1',
  '169.254.0.1',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::',
  '::ffff:127.0.0.1',
  '::ffff:10.1.2.3',
  '::ffff:a01:203',
  'fd00::1',
  'fe80::1%eth0',
  '',
])('%s is no address to keep', (address) => {
  expect(origin({}, address)).toEqual({});
});

test.each(['172.32.0.1', '100.128.0.1', '2001:db8::1'])('%s is kept', (address) => {
  expect(origin({}, address)).toEqual({ address });
});

test('an IPv4 address in the form of IPv6 is an IPv4 address', () => {
  expect(origin({}, '::ffff:198.51.100.7')).toEqual({ address: '198.51.100.7' });
});

test('a long user agent is cut, an empty one is none', () => {
  expect(origin({ 'user-agent': 'x'.repeat(10_000) }).userAgent).toBe('x'.repeat(256));
  expect(origin({ 'user-agent': '  ' })).toEqual({ address: '198.51.100.7' });
});

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

test.each([
  `00-${trace}-${parent}-01`,
  `cc-${trace}-${parent}-01-what-the-future-brings`,
  ` 00-${trace}-${parent}-00 `,
])('%s names a trace', (traceparent) => {
  expect(origin({ traceparent }).traceId).toBe(trace);
});

test.each([
  '',
  trace,
  `00-${trace.toUpperCase()}-${parent}-01`,
  `00-${trace}-${parent}-01-more`,
  `00-${trace}-${parent}-01\n`.replace('01', '0g'),
  `ff-${trace}-${parent}-01`,
  `00-${'0'.repeat(32)}-${parent}-01`,
  `00-${trace}-${'0'.repeat(16)}-01`,
  `00-${trace}x-${parent}-01`,
  `00-${trace}-${parent}`,
  "'; drop table audit_record; --",
])('%s names no trace', (traceparent) => {
  expect(origin({ traceparent })).toEqual({ address: '198.51.100.7' });
});
