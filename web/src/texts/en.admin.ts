/// Texts of src/admin/.

export const admin = {} as const;
