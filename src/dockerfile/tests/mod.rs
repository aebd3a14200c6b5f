mod parsed;
mod refused;
