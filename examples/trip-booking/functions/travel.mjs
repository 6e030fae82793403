// Two functions in one file: their handlers are `travel.book` and `travel.cancel`.
// A wish that starts with "full:" cannot be met, so the input chooses where the trip fails.

class SoldOut extends Error {
  name = 'SoldOut';
}

export async function book({ kind, wish }) {
  if (wish.startsWith('full:')) throw new SoldOut(`No ${kind} left for ${wish.slice('full:'.length)}`);
  return { reference: `${kind}-${wish}` };
}

export async function cancel({ reference }) {
  return { cancelled: reference };
}
