// The price of one line; ten and more of a product are a tenth cheaper.

const unitCents = { pen: 120, notebook: 450, lamp: 3900 };

class UnknownProduct extends Error {
  name = 'UnknownProduct';
}

export async function handler({ product, quantity }) {
  if (!Object.hasOwn(unitCents, product)) throw new UnknownProduct(`No price for ${product}`);
  const cents = unitCents[product] * quantity;
  return { cents: quantity >= 10 ? Math.round(cents * 0.9) : cents };
}
