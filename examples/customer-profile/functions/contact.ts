// A function in TypeScript: Node runs it as it is, without a build.

interface Contact {
  readonly name: string;
  readonly email: string;
}

const contacts = new Map<string, Contact>([
  ['C-1', { name: 'Ada Lovelace', email: 'ada@example.com' }],
  ['C-2', { name: 'Charles Babbage', email: 'charles@example.com' }],
]);

class UnknownCustomer extends Error {
  override readonly name = 'UnknownCustomer';
}

export async function handler(event: { customerId: string }): Promise<Contact> {
  const contact = contacts.get(event.customerId);
  if (contact === undefined) throw new UnknownCustomer(`No customer ${event.customerId}`);
  return contact;
}
