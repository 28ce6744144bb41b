import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/**
 * A Neo4j Community server on loopback: Bolt with a password, nothing else.
 *
 * Arguments: its folder, its port. The first line of standard input is the password of the user neo4j. It says "ready" on standard
 * output when it can be logged in to, and ends in good order when standard input does: whoever started it may vanish in any way.
 */
public final class Server {
    private static final long MIB = 1024 * 1024;

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        int port = Integer.parseInt(arguments[1]);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String password = input.readLine();
        if (password == null) {
            return;
        }
        try {
            serve(folder, port, password);
        } catch (RuntimeException failure) {
            failure.printStackTrace();
            System.exit(1);
        }
        while (input.readLine() != null) {
            continue;
        }
        System.exit(0);
    }

    private static void serve(Path folder, int port, String password) {
        DatabaseManagementService server = started(folder, port);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.database(GraphDatabaseSettings.SYSTEM_DATABASE_NAME).executeTransactionally(
            "CREATE OR REPLACE USER neo4j SET PLAINTEXT PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", password));
        System.out.println("ready");
        System.out.close();
    }

    /** Old transaction logs are dropped at each checkpoint, and keep as little as they can of what was erased. */
    private static DatabaseManagementService started(Path folder, int port) {
        SocketAddress address = new SocketAddress("127.0.0.1", port);
        return new DatabaseManagementServiceBuilder(folder)
            .setConfig(GraphDatabaseSettings.auth_enabled, true)
            .setConfig(GraphDatabaseSettings.auth_minimum_password_length, 1)
            .setConfig(BoltConnector.enabled, true)
            .setConfig(BoltConnector.listen_address, address)
            .setConfig(BoltConnector.advertised_address, address)
            .setConfig(GraphDatabaseSettings.pagecache_memory, 128 * MIB)
            .setConfig(GraphDatabaseSettings.keep_logical_logs, "keep_none")
            .setConfig(GraphDatabaseSettings.logical_log_rotation_threshold, 16 * MIB)
            .setConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
            .setConfig(GraphDatabaseSettings.check_point_interval_time, Duration.ofMinutes(5))
            .build();
    }
}
