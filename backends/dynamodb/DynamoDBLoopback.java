import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** DynamoDB Local in memory, on a port of 127.0.0.1; its own main() listens on every address. */
public class DynamoDBLoopback {
    public static void main(String[] args) throws Exception {
        DynamoDBProxyServer local = ServerRunner.createServerFromCommandLineArgs(new String[] {"-inMemory", "-disableTelemetry"});
        var field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        for (Connector each : ((Server) field.get(local)).getConnectors()) {
            ((ServerConnector) each).setHost("127.0.0.1");
            ((ServerConnector) each).setPort(Integer.parseInt(args[0]));
        }
        local.start();
        local.join();
    }
}
