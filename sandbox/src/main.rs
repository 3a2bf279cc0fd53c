fn main() {
    println!("fake {:?}", std::env::args().collect::<Vec<_>>());
    loop { std::thread::sleep(std::time::Duration::from_secs(1)); }
}
