// Loyalty points; only some customers have an account.

const points = new Map([['C-1', 1815]]);

export async function handler({ customerId }) {
  const found = points.get(customerId);
  if (found === undefined) {
    const error = new Error(`Customer ${customerId} has no account`);
    error.name = 'NoAccount';
    throw error;
  }
  return { points: found };
}
