// Checks the order and adds up what it costs. An AWS Lambda handler, unchanged.

class InvalidOrder extends Error {
  name = 'InvalidOrder'; // what Retry and Catch see as the error
}

export async function handler(order) {
  if (!Array.isArray(order.items) || order.items.length === 0) {
    throw new InvalidOrder(`Order ${order.orderId} has no items`);
  }
  for (const item of order.items) {
    if (!Number.isInteger(item.quantity) || item.quantity < 1) {
      throw new InvalidOrder(`Expected a quantity of at least 1 of ${item.sku}, but got ${item.quantity}`);
    }
  }
  const totalCents = order.items.reduce((sum, item) => sum + item.quantity * item.unitCents, 0);
  const pieces = order.items.reduce((sum, item) => sum + item.quantity, 0);
  return { totalCents, parcels: Math.ceil(pieces / 10) };
}
