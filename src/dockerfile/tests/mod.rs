mod dumped;
mod expanded;
mod linted;
mod mounted;
mod parsed;
mod refused;
