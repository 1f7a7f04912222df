import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DatagramQuestion, datagramQuestions } from './datagrams.ts';

const of = (name: string): DatagramQuestion => datagramQuestions.find((question) => question.name === name)!;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** A TXT record behind the question, as RFC 1035 has it. */
function dnsAnswer(text: string): Buffer {
  const head = hex('6472 8580 0001 0001 0000 0000');
  const record = hex('c00c 0010 0003 00000000');
  const length = Buffer.from([0, text.length + 1, text.length]);
  return Buffer.concat([head, of('dns').send.subarray(12), record, length, Buffer.from(text)]);
}

describe('questions over UDP', () => {
  it.each<[string, Buffer, object]>([
    ['dns', dnsAnswer('dnsmasq-2.91'), { product: 'dnsmasq', version: '2.91' }],
    ['dns', dnsAnswer('9.20.15-1~deb13u1-Debian'), { product: 'BIND', version: '9.20.15-1~deb13u1-Debian' }],
    ['dns', dnsAnswer('unbound 1.22.0'), { product: 'unbound', version: '1.22.0' }],
    // Refused: it is a name server nevertheless.
    ['dns', hex('6472 8105 0000 0000 0000 0000'), {}],
    ['ntp', Buffer.concat([hex('24 02 06 e8'), Buffer.alloc(20), Buffer.from('drydock!'), Buffer.alloc(16)]), {}],
    ['snmp', hex('3069 020103 3011 a8 3010 060a 2b060106030f01010400 4102'), {}],
    [
      'snmp',
      hex(
        '3032 020101 0406 7075626c6963 a225 0204 64727964 020100 020100 3017 3015 0608 2b06010201010100 0409 4c696e757820362e31',
      ),
      {},
    ],
    [
      'memcached',
      Buffer.from('dr\0\0\0\x01\0\0VERSION 1.6.38\r\n', 'latin1'),
      { product: 'memcached', version: '1.6.38' },
    ],
    ['rpcbind', Buffer.concat([Buffer.from('dryd'), hex('00000001 00000000 0000000000000000 00000000')]), {}],
    ['stun', Buffer.concat([hex('0101 0000 2112a442'), Buffer.from('drydock!dryd')]), {}],
    [
      'quic',
      Buffer.concat([
        hex('ca 00000000 08'),
        Buffer.from('!kcodyrd'),
        hex('08'),
        Buffer.from('drydock!'),
        hex('00000001'),
      ]),
      {},
    ],
    ['sip', Buffer.from('SIP/2.0 200 OK\r\nServer: Asterisk PBX 22.6.0\r\n\r\n'), { product: 'Asterisk' }],
    ['coap', hex('60 45 6472 c1 28 ff'), {}],
    ['ssdp', Buffer.from('HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n'), {}],
  ])('%s is known by its answer', (name, answer, said) => {
    const known = datagramQuestions.filter((question) => question.recognise(answer) !== undefined);
    expect(known.map((question) => [question.name, question.recognise(answer)])).toEqual([[name, said]]);
  });

  it('are not taken for their own answers, where a service sends back what it gets', () => {
    for (const one of datagramQuestions) {
      for (const other of datagramQuestions)
        expect([one.name, other.recognise(one.send)]).toEqual([one.name, undefined]);
    }
  });

  it('take any bytes for an answer without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(...datagramQuestions), (bytes, question) => {
        question.recognise(Buffer.from(bytes));
        question.recognise(Buffer.concat([question.send.subarray(0, 8), bytes]));
      }),
    );
  });

  it('are what their protocols ask for', () => {
    expect(of('ntp').send).toHaveLength(48);
    expect(of('quic').send).toHaveLength(1200);
    // BER: the lengths of the outer sequence, of its header and of its parameters.
    const { send } = of('snmp');
    expect([send[1], send.length]).toEqual([send.length - 2, 64]);
    for (const { name, send: bytes } of datagramQuestions) expect([name, bytes.length <= 1200]).toEqual([name, true]);
  });
});
