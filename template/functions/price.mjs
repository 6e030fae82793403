// A handler as AWS Lambda takes it. The name of the error is what the workflow catches.

export async function handler({ lines = [] }) {
  if (lines.length === 0) {
    const error = new Error('no lines');
    error.name = 'EmptyOrder';
    throw error;
  }
  return { total: lines.reduce((sum, { price, count }) => sum + price * count, 0) };
}
