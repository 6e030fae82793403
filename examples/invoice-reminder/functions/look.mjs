// Tells whether an invoice has been paid. `paidAfterLooks` of the input decides when it is, so runs repeat exactly.

export const handler = async ({ looks, paidAfterLooks }) => ({ paid: looks >= paidAfterLooks });
