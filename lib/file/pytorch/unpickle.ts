/**
 * Reads pickles that hold weights.
 *
 * A pickle is a program for a stack machine that can name any function of Python and call it. This machine knows the
 * operations of protocols 2-5 that containers need, and calls nothing: what names stand for is in `pickle_globals.ts`.
 * Source: Python's `pickletools`; which operations and names PyTorch writes: `torch.save` of versions 0.1-2.
 */

import type { ByteCursor } from "../byte_cursor.ts";
import type { PickleContext } from "./pickle_context.ts";
import { PickleMachine } from "./pickle_machine.ts";
import type { PickleValue } from "./pickle_value.ts";

/** Bytes of an integer that is read; those that PyTorch writes have 10 at most. */
const LARGEST_INTEGER_BYTES = 1024;

/**
 * Reads one pickle.
 *
 * @param cursor At its first byte; afterwards behind its last.
 * @param context Of its file.
 * @throws {InputError} In one line, if it names what runs programs, is truncated or damaged, or exceeds the bounds.
 */
export function unpickle(cursor: ByteCursor, context: PickleContext): PickleValue {
  const machine: PickleMachine = new PickleMachine(cursor, context);
  for (let code = cursor.byte(); code !== STOP; code = cursor.byte()) {
    const operation = OPERATIONS[code];
    if (!operation) {
      machine.fail(
        "its pickle must use the operations of containers",
        `0x${code.toString(16).padStart(2, "0")} at byte ${cursor.position - 1}`,
      );
    }
    operation(machine);
  }
  return machine.pop();
}

type Operation = (machine: PickleMachine) => void;

const STOP = 0x2e;

/** By operation code; the names in the comments are those of `pickletools`. */
// deno-fmt-ignore
const OPERATIONS: Readonly<Record<number, Operation>> = {
  0x80: (m) => { m.cursor.byte(); }, // PROTO
  0x95: (m) => { m.cursor.take(8); }, // FRAME
  0x28: (m) => m.mark(), // MARK
  0x30: (m) => { m.pop(); }, // POP
  0x31: (m) => { m.popToMark(); }, // POP_MARK
  0x32: (m) => m.push(m.top()), // DUP

  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true), // NEWTRUE
  0x89: (m) => m.push(false), // NEWFALSE
  0x4a: (m) => m.push(m.cursor.view(4).getInt32(0, true)), // BININT
  0x4b: (m) => m.push(m.cursor.byte()), // BININT1
  0x4d: (m) => m.push(m.cursor.view(2).getUint16(0, true)), // BININT2
  0x8a: (m) => m.push(readInteger(m, m.cursor.byte())), // LONG1
  0x8b: (m) => m.push(readInteger(m, readCount32(m))), // LONG4
  0x47: (m) => m.push(m.cursor.view(8).getFloat64(0, false)), // BINFLOAT

  0x58: (m) => m.push(m.cursor.text(readCount32(m))), // BINUNICODE
  0x8c: (m) => m.push(m.cursor.text(m.cursor.byte())), // SHORT_BINUNICODE
  0x8d: (m) => m.push(m.cursor.text(readCount64(m))), // BINUNICODE8
  0x54: (m) => m.push(m.cursor.text(readCount32(m))), // BINSTRING, text of Python 2
  0x55: (m) => m.push(m.cursor.text(m.cursor.byte())), // SHORT_BINSTRING
  0x42: (m) => m.push(m.cursor.take(readCount32(m)).slice()), // BINBYTES
  0x43: (m) => m.push(m.cursor.take(m.cursor.byte()).slice()), // SHORT_BINBYTES
  0x8e: (m) => m.push(m.cursor.take(readCount64(m)).slice()), // BINBYTES8
  0x96: (m) => m.push(m.cursor.take(readCount64(m)).slice()), // BYTEARRAY8

  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x85: (m) => m.push(m.popMany(1)), // TUPLE1
  0x86: (m) => m.push(m.popMany(2)), // TUPLE2
  0x87: (m) => m.push(m.popMany(3)), // TUPLE3
  0x74: (m) => m.push(m.popToMark()), // TUPLE
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x6c: (m) => m.push(m.popToMark()), // LIST
  0x61: (m) => m.append(m.popMany(1)), // APPEND
  0x65: (m) => m.append(m.popToMark()), // APPENDS
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x73: (m) => m.setItems(m.popMany(2)), // SETITEM
  0x75: (m) => m.setItems(m.popToMark()), // SETITEMS

  0x8f: (m) => m.push(new Set()), // EMPTY_SET
  0x90: (m) => m.add(m.popToMark()), // ADDITEMS
  0x91: (m) => m.push(new Set(m.popToMark())), // FROZENSET

  0x71: (m) => m.put(m.cursor.byte()), // BINPUT
  0x72: (m) => m.put(readCount32(m)), // LONG_BINPUT
  0x94: (m) => m.memoize(), // MEMOIZE
  0x68: (m) => m.get(m.cursor.byte()), // BINGET
  0x6a: (m) => m.get(readCount32(m)), // LONG_BINGET

  0x63: (m) => m.pushGlobal(`${m.cursor.line()}.${m.cursor.line()}`), // GLOBAL
  0x93: (m) => m.pushStackGlobal(), // STACK_GLOBAL
  0x52: (m) => m.call(), // REDUCE
  0x81: (m) => m.call(), // NEWOBJ
  0x92: (m) => m.call(true), // NEWOBJ_EX
  0x62: (m) => m.dropState(), // BUILD
  0x51: (m) => m.pushStorage(), // BINPERSID
};

function readCount32(machine: PickleMachine): number {
  return machine.cursor.view(4).getUint32(0, true);
}

function readCount64(machine: PickleMachine): number {
  return Number(machine.cursor.view(8).getBigUint64(0, true));
}

/** Two's complement, little-endian; a number where it is exact. */
function readInteger(machine: PickleMachine, count: number): number | bigint {
  if (count > LARGEST_INTEGER_BYTES) {
    machine.fail(`its integers must have at most ${LARGEST_INTEGER_BYTES} bytes`, `${count}`);
  }
  const digits = Array.from(
    machine.cursor.take(count),
    (byte) => byte.toString(16).padStart(2, "0"),
  );
  const signed = BigInt.asIntN(8 * count, BigInt(`0x0${digits.reverse().join("")}`));
  const isExact = BigInt.asIntN(53, signed) === signed;
  return isExact ? Number(signed) : signed;
}
