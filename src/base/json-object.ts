// JSON objects are ordered lists of members, as in Java's LinkedHashMap, which AWS keeps them in. JavaScript keeps that order
// too, but for names that look like array indexes: those always come first, in ascending order. An object in which that would
// show is a proxy that knows the order of its names; whatever reads objects reads it like any other. Such objects are rare:
// everything else stays plain, and pays for one look at the first character of a name when a member is set.

type Members<T> = { [name: string]: T };

/** Where an ordered object keeps its order. */
const ORDER = Symbol('order');

/** The order of one object's names; everything else is left to the object itself. */
class Order<T> implements ProxyHandler<Members<T>> {
  readonly target: Members<T>;
  readonly names: Set<string>;

  /** @param target not used any more by anybody else. */
  constructor(target: Members<T>, names: Iterable<string>) {
    this.target = target;
    this.names = new Set(names);
  }

  ownKeys(): string[] {
    return [...this.names];
  }

  defineProperty(target: Members<T>, name: string | symbol, to: PropertyDescriptor): boolean {
    this.names.add(name as string);
    return Reflect.defineProperty(target, name, to);
  }

  deleteProperty(target: Members<T>, name: string | symbol): boolean {
    this.names.delete(name as string);
    return Reflect.deleteProperty(target, name);
  }
}

function ordered<T>(target: Members<T>, names: Iterable<string>): Members<T> {
  const order = new Order(target, names);
  // No trap answers for it: that would make every other read slow.
  Object.defineProperty(target, ORDER, { value: order, configurable: true });
  return new Proxy(target, order);
}

/** The order of an object that keeps one; looking into it saves a detour through the proxy for each member. */
function orderOf<T>(object: Members<T>): Order<T> | undefined {
  return (object as { [ORDER]?: Order<T> })[ORDER];
}

/** `Object.keys`, quick for ordered objects too. */
export function namesOf(object: { readonly [name: string]: unknown }): string[] {
  const order = orderOf(object);
  return order === undefined ? Object.keys(object) : [...order.names];
}

/** `Object.values`, quick for ordered objects too. */
export function valuesOf<T>(object: Members<T>): T[] {
  const order = orderOf(object);
  if (order === undefined) return Object.values(object);
  const { target } = order;
  return Array.from(order.names, (name) => target[name] as T);
}

/** The same members without an order: what to read many of them from by name. */
export function unordered<T>(object: Members<T>): Members<T> {
  return orderOf(object)?.target ?? object;
}

/** True for an object that keeps the order of its names: what does not ask here pays more for each member. */
export function isOrdered(object: object): boolean {
  return orderOf(object as Members<unknown>) !== undefined;
}

/** Largest array index plus one: names from here on are ordinary ones. */
const INDEX_END = 2 ** 32 - 1;

/** True for the names that JavaScript puts first: `0`, `17`, but neither `01` nor `-1`. */
export function isIndexName(name: string): boolean {
  const first = name.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39) || name.length > 10) return false;
  if (first === 0x30) return name.length === 1;
  return /^\d+$/.test(name) && Number(name) < INDEX_END;
}

/** True when an object of these names has them in this order without help. */
export function isNaturalOrder(names: readonly string[]): boolean {
  let last = -1;
  let others = false;
  for (const name of names) {
    if (!isIndexName(name)) {
      others = true;
      continue;
    }
    const index = Number(name);
    if (others || index < last) return false;
    last = index;
  }
  return true;
}

/**
 * The members of `object` in the order of `names`.
 * @param object not used any more by anybody else; @param names all of its names, each once.
 */
export function inOrder<T>(object: Members<T>, names: readonly string[]): Members<T> {
  return isNaturalOrder(names) ? object : ordered(object, names);
}

/**
 * Sets an own member, whatever its name; a new one goes last.
 * @param object made by the caller and not yet handed on.
 * @returns what to go on with: the object itself unless its order has to be kept from now on.
 */
export function withMember<T>(object: Members<T>, name: string, value: T): Members<T> {
  let to = object;
  let order = orderOf(object);
  if (order === undefined && isIndexName(name) && !Object.hasOwn(object, name) && hasMembers(object)) {
    to = ordered(object, Object.keys(object));
    order = orderOf(to);
  }
  order?.names.add(name);
  const target = order?.target ?? object;
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
  return to;
}

function hasMembers(object: object): boolean {
  for (const _name in object) return true;
  return false;
}

/** A shallow copy that may be changed. */
export function copyObject<T>(object: Members<T>): Members<T> {
  const order = orderOf(object);
  return order === undefined ? { ...object } : ordered({ ...order.target }, order.names);
}

/** An object of these members; of those with the same name the last value counts, in the place of the first. */
export function objectOf<T>(members: Iterable<readonly [name: string, value: T]>): Members<T> {
  let object: Members<T> = {};
  for (const [name, value] of members) object = withMember(object, name, value);
  return object;
}
