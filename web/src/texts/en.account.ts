/// Texts of src/account/.

export const account = {} as const;
